"""A bank's Pix API as the central bank defines it (API Pix 2.9.0, https://github.com/bacen/pix-api)."""
