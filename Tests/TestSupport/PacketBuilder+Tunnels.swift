// MARK: - What is carried, between an outer and an inner packet

extension PacketBuilder {
  /// RFC 2784 and RFC 2890, or version 1 of RFC 2637 when `acknowledgement` is given or `version` is 1.
  package static func gre(
    _ payload: [UInt8], type: UInt16, checksum: UInt16? = nil, key: UInt32? = nil, sequence: UInt32? = nil,
    acknowledgement: UInt32? = nil, version: UInt16 = 0
  ) -> [UInt8] {
    var flags = version
    if checksum != nil { flags |= 0x8000 }
    if key != nil { flags |= 0x2000 }
    if sequence != nil { flags |= 0x1000 }
    if acknowledgement != nil { flags |= 0x0080 }
    var bytes: [UInt8] = []
    bytes.append(bigEndian: flags)
    bytes.append(bigEndian: type)
    if let checksum {
      bytes.append(bigEndian: checksum)
      bytes += [0, 0]
    }
    for field in [key, sequence, acknowledgement] {
      if let field { bytes.append(bigEndian: field) }
    }
    return bytes + payload
  }

  /// draft-foschiano-erspan: type 1 has no header, type 2 eight bytes, type 3 twelve, or twenty with `hasPlatform`.
  package static func erspan(_ frame: [UInt8], type: Int, hasPlatform: Bool = false) -> [UInt8] {
    switch type {
    case 1: gre(frame, type: 0x88BE)
    case 2: gre([0x10, 0x01, 0x00, 0x02] + [0, 0, 0, 7] + frame, type: 0x88BE, sequence: 5)
    default:
      gre(
        [0x20, 0x01, 0x00, 0x02] + [0, 0, 0, 9] + [0, 0, 0, hasPlatform ? 1 : 0]
          + [UInt8](repeating: 0, count: hasPlatform ? 8 : 0) + frame, type: 0x22EB, sequence: 6)
    }
  }

  /// RFC 7348; with `nextProtocol` the generic protocol extension.
  package static func vxlan(
    _ payload: [UInt8], network: UInt32 = 4660, flags: UInt8 = 0x08, nextProtocol: UInt8 = 0
  ) -> [UInt8] {
    var bytes: [UInt8] = [flags, 0, 0, nextProtocol]
    bytes.append(bigEndian: network << 8)
    return bytes + payload
  }

  /// RFC 8926, with `optionWords` words of one option.
  package static func geneve(_ payload: [UInt8], type: UInt16, optionWords: UInt8 = 0) -> [UInt8] {
    var bytes: [UInt8] = [optionWords, 0]
    bytes.append(bigEndian: type)
    bytes += [0, 0x12, 0x34, 0]
    if optionWords > 0 {
      bytes += [1, 2, 3, optionWords - 1] + [UInt8](repeating: 9, count: 4 * (Int(optionWords) - 1))
    }
    return bytes + payload
  }

  /// RFC 3032: labels, outermost first; `hasControlWord` for pseudowires (RFC 4448).
  package static func mpls(_ payload: [UInt8], labels: [UInt32], hasControlWord: Bool = false) -> [UInt8] {
    var bytes: [UInt8] = []
    for (index, label) in labels.enumerated() {
      bytes.append(bigEndian: label << 12 | (index + 1 == labels.count ? 0x100 : 0) | 64)
    }
    return bytes + (hasControlWord ? [0, 0, 0, 7] : []) + payload
  }

  /// TS 29.281; each extension header's content is two bytes, or more in units of four.
  package static func gtp(
    _ payload: [UInt8], type: UInt8 = 255, sequence: UInt16? = nil, extensions: [[UInt8]] = []
  ) -> [UInt8] {
    var optional: [UInt8] = []
    if sequence != nil || !extensions.isEmpty {
      optional.append(bigEndian: sequence ?? 0)
      optional += [0, extensions.isEmpty ? 0 : 0x85]
    }
    for (index, content) in extensions.enumerated() {
      optional += [UInt8((content.count + 2) / 4)] + content + [index + 1 < extensions.count ? 0x85 : 0]
    }
    var bytes: [UInt8] = [0x30 | (sequence == nil ? 0 : 2) | (extensions.isEmpty ? 0 : 4), type]
    bytes.append(bigEndian: UInt16(optional.count + payload.count))
    bytes += [0, 0, 0, 1]
    return bytes + optional + payload
  }
}
