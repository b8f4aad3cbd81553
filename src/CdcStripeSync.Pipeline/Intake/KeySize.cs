using System.Text;
using CdcStripeSync.Core.State;

namespace CdcStripeSync.Pipeline.Intake;

/// <summary>How long the text of a row's key may be. The state store finds rows by it, and PostgreSQL's indexes take no entry above 2,704 bytes, of which
/// table, resource and Kafka's topic are a part.</summary>
internal static class KeySize
{
    public const int MostBytes = 1_024;

    public static bool Fits(EntityKey key) => Fits(key.Key);

    public static bool Fits(string key) => Bytes(key) <= MostBytes;

    public static int Bytes(string key) => Encoding.UTF8.GetByteCount(key);
}
