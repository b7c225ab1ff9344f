"""The example that the tutorials share: three vectors in, three numbers out."""

import numpy as np


def seed_example():
    """input_seq, three vectors (2,), and target_seq, three vectors (1,)."""
    input_seq = [np.array([0.5, -0.2]), np.array([0.1, 0.8]), np.array([-0.3, 0.2])]
    target_seq = [np.array([0.1]), np.array([0.4]), np.array([-0.1])]
    return input_seq, target_seq
