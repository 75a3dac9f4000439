"""One step of the way each; none imports another. Values in, new values out."""
