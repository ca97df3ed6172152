"""What changes down the tree: traits, licences, languages, cards. Pure: frames and arrays in, frames out, no I/O."""
