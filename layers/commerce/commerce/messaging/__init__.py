"""Messages to buyers: claimed before they are sent, sent at most once, and honest when nobody knows."""
