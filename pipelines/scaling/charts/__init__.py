"""The pictures of a studied series: the rows they show, and how these are drawn."""
