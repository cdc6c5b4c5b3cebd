/** What a page shows at the moment: drawn anew in another language, and whatever fails on the way said in the page. */

import { actions, button, element, sheet, show } from "/assets/page/element.js";
import { RequestFailed } from "/assets/page/graphql.js";

/**
 * Return {turnTo, guarded, keep, again}.
 *
 * `words` gives the page's words; `isSignedIn` tells whether there is a token, and `signedOut` says what then becomes of
 * the page where the service does not take it any more.
 */
export function stage({ words, isSignedIn, signedOut }) {
  let present; // draws what is shown anew, in the language of now

  /** Draw, and remember how. */
  function turnTo(draw) {
    keep(draw);
    return present();
  }

  /** Remember how what is shown already would be drawn anew. */
  function keep(draw) {
    present = () => guarded(draw);
  }

  /** Do the work; say in the page that it failed, with a way to try again. */
  async function guarded(work) {
    try {
      await work();
    } catch (error) {
      if (error instanceof RequestFailed && error.isSignedOut && isSignedIn()) {
        signedOut();
      } else {
        turnTo(() => showFailure(work));
        console.warn(error);
      }
    }
  }

  function showFailure(work) {
    const say = words();
    show(sheet(say.failedTitle, element("p", {}, say.failed), actions(button(say.again, () => turnTo(work)))));
  }

  return { turnTo, guarded, keep, again: () => present() };
}
