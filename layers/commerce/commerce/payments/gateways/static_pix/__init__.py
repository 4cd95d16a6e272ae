"""Pix without any provider: the code is made here, and a person says when it was paid."""
