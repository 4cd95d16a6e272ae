"""Mercado Pago: Pix and boleto by its Payments API."""
