"""A bank's Pix API as the central bank's standard (API Pix 2.9.0) defines it, behind mutual TLS when it is served."""
