"""`base` is production (strict); `demo` and `test` fill in what a laptop does not have."""
