"""ViaCEP, viacep.com.br: look-up and street search."""
