"""BrasilAPI, brasilapi.com.br: CEP version 1, which asks several sources itself."""
