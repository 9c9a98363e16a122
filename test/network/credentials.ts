/** What the instance's role gives. */
export const role = {
  accessKeyId: 'ASIAWHERRYTEST000003',
  secretAccessKey: 'test/private+secret',
  sessionToken: 'test//private+token==',
};
