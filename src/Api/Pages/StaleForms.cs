using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.Core.Infrastructure;
using Microsoft.AspNetCore.Mvc.Filters;

namespace K12Sync.Api.Pages;

/// <summary>A form that was open for too long, or since before somebody signed in or out, is shown anew instead of an empty error. Nothing that it was sent with is done.</summary>
internal sealed class StaleForms : IAlwaysRunResultFilter
{
    public void OnResultExecuting(ResultExecutingContext context)
    {
        if (context.Result is IAntiforgeryValidationFailedResult)
            context.Result = new LocalRedirectResult($"{context.HttpContext.Request.PathBase}{context.HttpContext.Request.Path}");
    }

    public void OnResultExecuted(ResultExecutedContext context)
    {
    }
}
