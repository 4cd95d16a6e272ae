"""SendGrid's Mail Send (v3), stateful and strict: it keeps what it accepts and can show it as files."""
