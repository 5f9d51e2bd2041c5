"""Networks: the U-Net of the paper and its small variants. Knows nothing of diffusion."""
