"""What sandboxes of Brazilian providers print: Pix codes and boletos.

Written apart from `commerce.payments`, which the sandboxes are there to judge: an oracle that shares the code under
test proves nothing.
"""
