/* A stand-in for NVIDIA's libnvidia-ml.so.1: three GPUs. The first has an energy counter, which goes 7 J further
 * each time it is asked; the second only tells its power; the third is lost after two answers. */
#include <stdio.h>
#include <stdlib.h>

typedef unsigned long device;

int nvmlInit_v2(void) {
  if (getenv("NVML_BREAKS")) abort();
  return 0;
}

int nvmlSystemGetDriverVersion(char *text, unsigned length) {
  snprintf(text, length, "535.104.05");
  return 0;
}

int nvmlDeviceGetCount_v2(unsigned *count) {
  *count = 3;
  return 0;
}

int nvmlDeviceGetHandleByIndex_v2(unsigned index, device *handle) {
  *handle = index + 1;
  return 0;
}

int nvmlDeviceGetName(device handle, char *text, unsigned length) {
  snprintf(text, length, "Stand-in %lu", handle - 1);
  return 0;
}

int nvmlDeviceGetUUID(device handle, char *text, unsigned length) {
  snprintf(text, length, "GPU-%lu%lu%lu-x", handle, handle, handle);
  return 0;
}

int nvmlDeviceGetEnforcedPowerLimit(device handle, unsigned *milliwatts) {
  *milliwatts = 300000;
  return 0;
}

int nvmlDeviceGetTotalEnergyConsumption(device handle, unsigned long long *millijoules) {
  static unsigned asked[4];
  if (handle == 2) return 3;
  if (handle == 3 && asked[3] == 2) return 15;
  *millijoules = 5000000000ULL + 7000ULL * asked[handle]++;
  return 0;
}

int nvmlDeviceGetPowerUsage(device handle, unsigned *milliwatts) {
  *milliwatts = 250000;
  return 0;
}
