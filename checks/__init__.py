"""What must hold after each stage: one expectation suite per stage, and the gate that applies it."""
