"""How sure a fit is: resampling, profiles, and intervals carried to whatever is computed from the parameters."""
