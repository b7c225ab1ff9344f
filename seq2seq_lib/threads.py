"""One thread for NumPy: at the sizes of a lesson a second one gains nothing, and beside a busy neighbour it costs."""

import os
import sys

from threadpoolctl import threadpool_limits

CHOSEN_BY_THE_READER = "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "BLIS_NUM_THREADS", "OMP_NUM_THREADS"


def one_thread():
    """Let BLAS work in one thread, however Jupyter was started; a number that the reader has set stays.

    NumPy may be there already. Only Apple's Accelerate can't be told so late: VECLIB_MAXIMUM_THREADS=1 does it. In a
    browser NumPy has no BLAS, and nothing to be told.
    """
    if sys.platform != "emscripten" and not any(variable in os.environ for variable in CHOSEN_BY_THE_READER):
        threadpool_limits(1, user_api="blas")
