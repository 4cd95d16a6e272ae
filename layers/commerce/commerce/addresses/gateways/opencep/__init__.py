"""OpenCEP, opencep.com: files on a CDN, with ViaCEP's field names."""
