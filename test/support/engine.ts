/** The throwaway engine that the test runner started, or why there is none. */
export function testEngine(): { url: string; skip: string | false } {
  const url = process.env.WHERRY_TEST_DOCKER_HOST ?? '';
  return { url, skip: url === '' ? 'LEFT OUT: there is no Docker engine; run ./test/run' : false };
}
