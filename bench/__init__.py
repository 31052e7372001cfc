"""Speed and accuracy against real data: programs to run by hand or in CI, no part of the installed package."""
