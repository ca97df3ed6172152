"""Linear orders of the values of a trait: which values stand upstream and which downstream, with proof and stability."""
