/// TCP flag bits as plain integers: the option set of `Wire` costs a call across modules for every test of a bit.
enum HeaderBits {
  static let fin: UInt8 = 0x01
  static let syn: UInt8 = 0x02
  static let rst: UInt8 = 0x04
  static let ack: UInt8 = 0x10

  static let tcp: UInt8 = 6
  static let udp: UInt8 = 17
}
