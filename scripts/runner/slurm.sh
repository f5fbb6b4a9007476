#!/bin/sh
# What sbatch is given: PYTHON, slurm.py, and its folder. Nothing of a request is in this file.
exec "$1" "$2" "$3"
