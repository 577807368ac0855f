// Several jobs of different sizes (the planes of a list of regions) in one launch: they travel in the kernel's
// parameters, and each owns a run of blocks.
#pragma once

#include <cuda_runtime.h>

namespace retouch::cuda {

template <class Job, int Capacity>
struct JobList {
  int count = 0;
  unsigned end_block[Capacity];  // job i owns blocks end_block[i - 1] .. end_block[i] - 1
  Job jobs[Capacity];

  unsigned blocks() const { return count == 0 ? 0 : end_block[count - 1]; }
  void add(const Job& job, unsigned job_blocks) {
    end_block[count] = blocks() + job_blocks;
    jobs[count++] = job;
  }

  /// The job of a block. `block` becomes its number within the job.
  __device__ const Job& find(unsigned& block) const {
    int low = 0;
    int high = count - 1;
    while (low < high) {
      const int middle = (low + high) / 2;
      if (block < end_block[middle])
        high = middle;
      else
        low = middle + 1;
    }
    if (low > 0) block -= end_block[low - 1];
    return jobs[low];
  }
};

/// Blocks that cover `length` threads or pixels.
inline unsigned blocks_for(int length, int per_block) {
  return static_cast<unsigned>((length + per_block - 1) / per_block);
}

}  // namespace retouch::cuda
