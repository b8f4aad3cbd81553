using CdcStripeSync.Core.Changes;
using CdcStripeSync.Core.Values;

namespace CdcStripeSync.App.Comparison;

internal readonly record struct TableRow(TableId Table, Row Row);
