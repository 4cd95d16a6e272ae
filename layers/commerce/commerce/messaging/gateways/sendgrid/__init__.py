"""Twilio SendGrid's v3 Mail Send."""
