"""A stand-in for OpenCEP."""
