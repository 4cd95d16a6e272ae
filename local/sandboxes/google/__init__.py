"""Google Maps Platform: Geocoding v3 and v4, Routes and the Distance Matrix, strict about keys, masks and fields."""
