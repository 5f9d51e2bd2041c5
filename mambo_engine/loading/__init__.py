"""From a bundle on disk to a ready cascade on a device: how it runs, and the memory it takes."""

from mambo_engine.loading.bundle import load_bundle, load_denoiser
from mambo_engine.loading.memory import byte_count, memory_bound, plan_for
from mambo_engine.loading.policy import Policy, choose_device, pays_bf16, policy_for

__all__ = [
    "Policy",
    "byte_count",
    "choose_device",
    "load_bundle",
    "load_denoiser",
    "memory_bound",
    "pays_bf16",
    "plan_for",
    "policy_for",
]
