// retouch_bench: every benchmark. --benchmark_filter=REGEX picks some, --benchmark_out=FILE keeps the figures as JSON
// (benchmarks/compare.py shows the difference of two such files).
#include <benchmark/benchmark.h>

#include "retouch/device.hpp"
#include "retouch/version.hpp"

int main(int argc, char** argv) {
  benchmark::Initialize(&argc, argv);
  if (benchmark::ReportUnrecognizedArguments(argc, argv)) return 2;
  for (const auto& info : retouch::list_devices()) benchmark::AddCustomContext(info.device.name(), info.description);
  benchmark::RunSpecifiedBenchmarks();
  benchmark::Shutdown();
  return 0;
}
