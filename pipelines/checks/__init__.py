"""Data checks made from the contract, and the gate before publishing."""
