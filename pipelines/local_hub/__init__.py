"""A model hub in a box: the Hub's API over planted, recorded or landed data, with fault knobs."""
