/** Bytes of the header of the file, and of each packet. */
const fileHeader = 24;
const packetHeader = 16;

/** Little-endian, with microseconds, as tcpdump writes it on the machines that the tests run on. */
const magic = 0xa1b2c3d4;
const ethernet = 1;

/** The packets of a capture as they come, each from its Ethernet header on (pcap-savefile(5)). */
export async function* readPcap(source: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  let rest = Buffer.alloc(0);
  let begun = false;
  for await (const chunk of source) {
    rest = Buffer.concat([rest, chunk]);
    if (!begun && rest.length >= fileHeader) {
      if (rest.readUInt32LE(0) !== magic || rest.readUInt32LE(20) !== ethernet) {
        throw new Error('This is no capture of Ethernet that is read here.');
      }
      rest = rest.subarray(fileHeader);
      begun = true;
    }
    while (begun && rest.length >= packetHeader) {
      const end = packetHeader + rest.readUInt32LE(8);
      if (rest.length < end) break;
      yield rest.subarray(packetHeader, end);
      rest = rest.subarray(end);
    }
  }
}
