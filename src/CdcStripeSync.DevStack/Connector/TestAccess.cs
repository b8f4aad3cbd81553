using System.Runtime.CompilerServices;

// The connector's pure parts (texts, defaults, confirmation) are tested by themselves.
[assembly: InternalsVisibleTo("CdcStripeSync.DevStack.Tests")]
