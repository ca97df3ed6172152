"""The forms that losses are fitted with, and the two kinds of design that give their exact derivatives."""
