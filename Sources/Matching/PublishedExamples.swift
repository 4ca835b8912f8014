/// Values that stand in public documentation or sample programs, and that nobody has to revoke.
///
/// They are kept as the first eight bytes of their SHA-256, so that no key stands here. Those that a rule of
/// `Placeholder` tells (`AKIAIOSFODNN7EXAMPLE`) are not listed.
enum PublishedExamples {
  private static let digests: Set<UInt64> = [
    // Google API keys in the samples of the Firebase SDK for Android, as gitleaks lists them.
    0x2037_ABCA_FFB2_B777, 0x27A9_A429_31DF_F7EB, 0x37F8_F09B_DF12_C2F2, 0x3A8B_61D0_F636_B007,
    0x3F37_0C9D_D822_5C63, 0x49F7_77DB_995E_8260, 0x4C98_242D_CADC_8B29, 0x8731_261C_B72D_8626,
    0xA19F_89AB_3555_EAC1, 0xA6C8_14BC_555A_E62C, 0xDC0F_CF04_6C61_640C, 0xE4A5_542B_B7FD_7B67,
    0xEA9B_B108_2CF9_5663, 0xEB54_0D2B_6EE2_A0A4,
    // Of the emulators of Azure Storage (Azurite) and Cosmos DB.
    0x0011_CC25_EB43_2071, 0xAA65_4743_9583_C3A2,
    // Of Supabase's local stack: the service role.
    0x7054_1E07_FD4F_900B,
    // A password in the manual of MongoDB, percent-encoded, decoded, and as a text shows it that ends within it.
    0x412A_54CD_6F4C_7F28, 0xD179_A5DC_9A45_DFA9, 0xDB06_0DF8_2573_52B0,
    // In the manuals of GitHub, Standard Webhooks, SendGrid, Discord, Vault, Cloudflare and, for API keys, of Google.
    0x0209_1175_C1AE_3023, 0x02F7_CE3C_263F_85C0, 0x0E4C_7BC9_6244_0327, 0x2CD1_F6F3_12C5_F208,
    0x3543_C50B_0CB9_CEA8, 0x797C_0CE4_1458_6CC8, 0x82E7_4299_544E_0073, 0x96AD_2CCD_8146_2A76,
    0xAC92_65E5_6C79_B234, 0xBC3A_E723_F57C_6B9E,
    // Hashes of nothing, and the UUIDs that examples use.
    0x07E2_3EDE_2756_AA3F, 0x8F40_0C25_7611_ED5D, 0x986C_0DC9_56DC_822B, 0xA3A9_E1ED_9732_CAB2,
    0xC7AA_09CD_25DA_8B6A, 0xCD37_2FB8_5148_700F, 0xF215_FAF9_D88B_7F0A,
  ]

  static func contain(_ secret: Span<UInt8>) -> Bool {
    digests.contains(secret.sha256.prefix(8).reduce(0) { $0 << 8 | UInt64($1) })
  }
}
