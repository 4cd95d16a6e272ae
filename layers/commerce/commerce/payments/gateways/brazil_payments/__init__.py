"""The generic gateway for Pix and boleto: three routes that many Brazilian providers have in one form or another."""
