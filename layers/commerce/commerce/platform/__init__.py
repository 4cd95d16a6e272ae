"""What every domain stands on: errors, money, time, transport, secrets, events, webhooks, the API resolver."""
