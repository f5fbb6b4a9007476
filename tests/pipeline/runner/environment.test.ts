import { expect, test } from "vitest";
import { downloading, evaluating, installing } from "../../../src/pipeline/runner/environment.ts";

const FOLDERS = {
  job: "/w/jobs/1",
  start: "/w/jobs/1",
  hub: "/w/hub",
  datasets: "/w/hub/datasets-1",
  bin: "/w/bin",
};
const OWN = {
  HF_TOKEN: "hf_may_write",
  GITHUB_TOKEN: "ghs_x",
  AWS_SECRET_ACCESS_KEY: "x",
  HOME: "/home/ann",
  PATH: "/somewhere",
  PYTHONPATH: "/evil",
  HF_ENDPOINT: "http://hub",
  https_proxy: "http://proxy",
  CUDA_VISIBLE_DEVICES: "1",
};

test("no job sees the runner's own token, nor anything else that it has no need of", () => {
  for (const env of [downloading(FOLDERS, OWN), evaluating(FOLDERS, OWN)]) {
    const values = Object.values(env).join(" ");
    expect(values).not.toMatch(/hf_may_write|ghs_x|\/home\/ann|\/somewhere|\/evil/);
    expect(env).toMatchObject({ HOME: "/w/jobs/1", HF_HOME: "/w/hub", CUDA_VISIBLE_DEVICES: "1" });
    expect(env.CUDA_DEVICE_ORDER).toBe("PCI_BUS_ID");
    expect(env.PATH).toMatch(/^\/w\/bin:/);
  }
});

test("what downloads knows the way, and a token to read with where there is one", () => {
  expect(downloading(FOLDERS, OWN)).toMatchObject({
    HF_ENDPOINT: "http://hub",
    https_proxy: "http://proxy",
  });
  expect(downloading(FOLDERS, OWN).HF_TOKEN).toBeUndefined();
  const reader = { ...OWN, HF_READ_TOKEN: "hf_may_read" };
  expect(downloading(FOLDERS, reader).HF_TOKEN).toBe("hf_may_read");
  const evaluation = evaluating(FOLDERS, reader);
  expect(evaluation).toMatchObject({ HF_HUB_OFFLINE: "1", HF_DATASETS_OFFLINE: "1" });
  expect(evaluation.HF_TOKEN ?? evaluation.HF_ENDPOINT ?? evaluation.https_proxy).toBeUndefined();
});

test("what installs runs code of packages: it knows the way, and no token", () => {
  const more = { PIP_INDEX_URL: "https://pypi.example", GIT_DIR: "/other", HF_READ_TOKEN: "hf_r" };
  const env = installing({ ...OWN, ...more });
  expect(env).toMatchObject({
    PATH: "/somewhere",
    HOME: "/home/ann",
    https_proxy: "http://proxy",
    PIP_INDEX_URL: "https://pypi.example",
  });
  expect(Object.keys(env).filter((name) => /TOKEN|SECRET|GIT_DIR|PYTHONPATH/.test(name))).toEqual(
    [],
  );
});
