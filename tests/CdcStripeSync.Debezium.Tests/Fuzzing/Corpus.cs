namespace CdcStripeSync.Debezium.Tests.Fuzzing;

/// <summary>Records kept from long runs, one line each: the recording that they were damaged from, the value in base64.</summary>
internal static class Corpus
{
    public static IReadOnlyList<(string Recording, byte[] Value)> Read(string file) =>
        File.Exists(file) ? [.. File.ReadAllLines(file).Select(l => l.Split(' ')).Select(p => (p[0], Convert.FromBase64String(p[1])))] : [];

    public static void Write(string file, IEnumerable<(string Recording, byte[] Value)> records) =>
        File.WriteAllLines(file, records.Select(r => $"{r.Recording} {Convert.ToBase64String(r.Value)}").Distinct().Order(StringComparer.Ordinal));
}
