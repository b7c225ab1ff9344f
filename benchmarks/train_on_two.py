"""One model trained by two processes, as it would be by two machines; for lesson 17 to compare with our NumPy.

    torchrun --standalone --nproc-per-node 2 benchmarks/train_on_two.py notebooks/weights/two_machines.npz

Measured with PyTorch 2.13.0 (pip install torch==2.13.0): two processes on the CPU of one machine, joined by gloo.
Stores the losses of 20 steps: of one process that sees every batch whole; of two that see half of it each and weigh
their losses by tokens; and of two that don't, which is what DistributedDataParallel does if told nothing else.
"""

import sys

import numpy as np
import torch
from torch import distributed
from torch.nn.parallel import DistributedDataParallel

from seq2seq_lib import storage
from seq2seq_lib.exercises.pytorch import as_module, as_tensors, batch_of, shared_problem, token_loss


def total(number):
    """The sum over all processes."""
    tensor = torch.tensor(float(number), dtype=torch.float64)
    distributed.all_reduce(tensor)
    return tensor


def losses_of(share, weighed=True):
    """share: the part of each batch that this process reads, a slice; the losses are means over the whole batch."""
    model, batches = shared_problem()
    module, alone = as_module(model), share == slice(None)
    module = module if alone else DistributedDataParallel(module)  # in backward() it averages the gradients
    optimizer, losses = torch.optim.SGD(module.parameters(), lr=0.5), []
    for pairs in batches:
        read, target = as_tensors(batch_of(pairs[share]))
        summed, tokens = token_loss(module(*read), target, reduction="sum"), int((target != 0).sum())
        all_tokens = tokens if alone else total(tokens)
        losses.append(float(summed.item() if alone else total(summed.item())) / float(all_tokens))
        machines = 1 if alone else distributed.get_world_size()
        loss = summed * machines / all_tokens if weighed else summed / tokens
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    return np.array(losses)


if __name__ == "__main__":
    distributed.init_process_group("gloo")  # "nccl" where there are GPUs
    rank, machines = distributed.get_rank(), distributed.get_world_size()
    mine = slice(rank, None, machines)
    found = {"one": losses_of(slice(None)), "two": losses_of(mine), "plain": losses_of(mine, weighed=False)}
    if rank == 0:
        storage.write(sys.argv[1], found)
        for name in ("two", "plain"):
            print(f"{name}: at most {abs(found[name] - found['one']).max():.1e} from one process")
    distributed.destroy_process_group()
