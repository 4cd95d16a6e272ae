"""Google Maps Platform: Geocoding (v3, v4), Routes, and the legacy Distance Matrix."""
