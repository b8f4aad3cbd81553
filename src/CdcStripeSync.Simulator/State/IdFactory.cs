namespace CdcStripeSync.Simulator.State;

/// <summary>Ids of Stripe's shape, the same in every run with the same seed.</summary>
internal sealed class IdFactory(int seed)
{
    private const string Alphabet = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
    private readonly Random random = new(seed);

    public string Next(string prefix, int length)
    {
        Span<char> tail = stackalloc char[length];
        lock (random)
        {
            foreach (ref var c in tail) c = Alphabet[random.Next(Alphabet.Length)];
        }

        return string.Concat(prefix, tail);
    }
}
